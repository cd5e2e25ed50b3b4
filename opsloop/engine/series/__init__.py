"""周期流程: SOPs that begin by themselves on certain days."""
