"""What pages, sheets and programs are shown: frozen values that hold listings, sentences and charts."""
