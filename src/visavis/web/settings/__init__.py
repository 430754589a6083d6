"""Settings: people, brands, sites, teams, skills and hours."""
