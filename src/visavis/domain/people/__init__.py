"""People: brands, sites, teams, skills, advisers, and the customers with their identities."""
