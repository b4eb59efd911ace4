"""The pages, served to a browser on this machine; they show what the hall hands over and change nothing."""
