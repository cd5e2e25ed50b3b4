"""The lake (数据仓库): Parquet files and the manifest that says which of them make up a table's version."""
