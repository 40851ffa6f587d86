"""Properties that hold for every measure, on drawn histories."""
