"""The projection that pages, commands and exports share."""
