// The echo server on Go's runtime: a goroutine for each connection. usage: PORT THREADS BUFFER_BYTES; anything
// left out is a free port, one thread and 1024 bytes.
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"
)

func argument(index, otherwise int) int {
	if index >= len(os.Args) {
		return otherwise
	}
	number, err := strconv.Atoi(os.Args[index])
	if err != nil {
		log.Fatal(err)
	}
	return number
}

// TCP_NODELAY is what Go sets by itself.
func echo(connection net.Conn, bufferBytes int) {
	defer connection.Close()
	buffer := make([]byte, bufferBytes)
	for {
		count, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:count]); err != nil {
			return
		}
	}
}

func main() {
	port, threads, bufferBytes := argument(1, 0), argument(2, 1), argument(3, 1024)
	runtime.GOMAXPROCS(threads)
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err == nil {
			go echo(connection, bufferBytes)
		}
	}
}
