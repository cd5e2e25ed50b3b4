"""Pages for who looks after the machine: what runs, what failed, what is planned, what leaves the house."""
