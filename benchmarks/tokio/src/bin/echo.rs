//! The echo server on Tokio. usage: ferry-bench-echo-tokio [THREADS]; one thread is `current_thread`.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

async fn echo(mut socket: TcpStream) {
    let mut buffer = [0u8; 1024];
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

async fn serve() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(echo(socket));
    }
}

fn main() -> std::io::Result<()> {
    let threads = match std::env::args().nth(1) {
        Some(text) => text.parse::<usize>().expect("THREADS is a number"),
        None => 1,
    };
    let mut builder = if threads == 1 {
        Builder::new_current_thread()
    } else {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(threads);
        builder
    };
    let runtime = builder.enable_all().build()?;
    runtime.block_on(async { tokio::spawn(serve()).await.expect("serving does not panic") })
}
