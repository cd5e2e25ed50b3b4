"""The pure rules of a running SOP: no database, no clock, no texts. `advance` in the folder above is their door."""
