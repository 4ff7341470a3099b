//! The echo server on Tokio; one thread is `current_thread`. usage: PORT THREADS BUFFER_BYTES; anything left
//! out is a free port, one thread and 1024 bytes; 0 bytes are `io::copy`.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

async fn echo(mut socket: TcpStream, buffer_bytes: usize) {
    let mut buffer = vec![0u8; buffer_bytes];
    loop {
        let count = match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => count,
        };
        if socket.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

async fn echo_by_copy(mut socket: TcpStream) {
    let (mut reader, mut writer) = socket.split();
    let _ = tokio::io::copy(&mut reader, &mut writer).await;
}

async fn serve(port: u16, buffer_bytes: usize) -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        if buffer_bytes == 0 {
            tokio::spawn(echo_by_copy(socket));
        } else {
            tokio::spawn(echo(socket, buffer_bytes));
        }
    }
}

fn argument(index: usize, otherwise: usize) -> usize {
    match std::env::args().nth(index) {
        Some(text) => text.parse().expect("every argument is a number"),
        None => otherwise,
    }
}

fn main() -> std::io::Result<()> {
    let port = argument(1, 0) as u16;
    let threads = argument(2, 1);
    let buffer_bytes = argument(3, 1024);
    let mut builder = if threads == 1 {
        Builder::new_current_thread()
    } else {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(threads);
        builder
    };
    let runtime = builder.enable_all().build()?;
    runtime.block_on(async { tokio::spawn(serve(port, buffer_bytes)).await.expect("serving does not panic") })
}
