Console.Error.WriteLine("usage: bench forward|journal|join");
return 2;
