// The towers are there: what is made from now on is not one of their variables.
shared_.back() = false;
