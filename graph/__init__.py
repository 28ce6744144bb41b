"""Memory: customers, entities and facts in time; the rules that change them and the stores that keep them."""
