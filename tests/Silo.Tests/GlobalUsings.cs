global using Conference.Contracts;
