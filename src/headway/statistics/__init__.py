"""What several rooms need and none owns: survival from counts, intervals. Arrays in, arrays out."""
