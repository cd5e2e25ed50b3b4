"""Numbers in a notebook or script: `import opsloop.client as ops`.

    ops.connect("https://ops.example.cn", token="opsloop_…")   # or OPSLOOP_URL and OPSLOOP_TOKEN
    ops.connect(workspace="/srv/opsloop")                       # beside the workspace, without a server
    sales = ops.metric("sales", grain="week", by=["department"]).to_pandas()
    lines = ops.table("transactions")                           # a pyarrow.Table

Everything comes as an Arrow table, masked as the token's person sees it (beside the workspace: everything personal
masked unless `by=` names a person). What is fetched over HTTP is in the ledger. Loading the module needs neither Django
nor a workspace.
"""

from __future__ import annotations

from opsloop.client.asking import ClientError, connect, metric, query, table

__all__ = ["ClientError", "connect", "metric", "query", "table"]
