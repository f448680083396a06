"""What a product and price list is: values in, values out, no file, no clock, no network."""
