"""What every page's HTML is made of: escaped text, TeX, links, icons, and a job's state."""
