"""The demo site: an invented software lab in Costa Rica, in English and Spanish."""
