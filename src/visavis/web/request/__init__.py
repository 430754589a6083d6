"""Ma demande: where a customer sees their request, its promises, and reaches a person."""
