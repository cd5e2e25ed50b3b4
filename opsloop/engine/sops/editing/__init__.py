"""The step-list editor: an SOP's draft is changed block by block, without anybody seeing the file."""
