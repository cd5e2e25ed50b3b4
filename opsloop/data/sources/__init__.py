"""Sources (数据源): what arrives, by what contract, and each load of it."""
