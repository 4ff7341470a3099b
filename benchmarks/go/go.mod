module ferry-bench-go

go 1.19
