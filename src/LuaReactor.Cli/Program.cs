Console.WriteLine("luareactor");
