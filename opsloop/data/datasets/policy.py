from opsloop.base.policy.scopes import scoped
from opsloop.data.datasets.models import Dataset

scoped(Dataset, everyone=True)
