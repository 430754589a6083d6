"""Mon poste: where an adviser reads, answers, promises and passes on."""
