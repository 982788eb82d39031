"""What lies on disk: the workspace, the documents and tables loaded into it, and the runs made from them."""
