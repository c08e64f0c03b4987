// jit-host: frame main
filter_warnings(WarningFilter::ignore);
