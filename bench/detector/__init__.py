"""The default daily detector on public series: how many false alarms, how many changes found, how fast."""
