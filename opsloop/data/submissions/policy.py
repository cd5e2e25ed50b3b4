from opsloop.base.policy.scopes import scoped
from opsloop.data.submissions.models import Figure, Submission

scoped(Submission, department="department", owner="submitted_by")
scoped(Figure, noun="submissions", department="submission__department", owner="by")
