throw new SyntaxError("this function cannot be loaded");
