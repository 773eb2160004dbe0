"""Official rules on written documents: schemas and schematron, with a record kept as evidence."""
