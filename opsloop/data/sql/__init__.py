"""SQL for analysts (SQL 查询): one SELECT over what the person may see, in a child process that can do nothing else."""
