"""Monitors (预警规则) judge the numbers; what is out of the ordinary becomes one alert (预警) with an owner."""
