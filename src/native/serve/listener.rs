//! Sockets: taken one by one up to a bound, let go when they are silent, and
//! finished in peace when a signal says so.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::service::Service;
use crate::limits;
use crate::native::{NativeError, screen};

/// A client that sends or takes nothing for so long is let go.
const SILENCE: Duration = Duration::from_mins(1);
/// A client whose header takes longer is let go.
const HEADER: Duration = Duration::from_secs(20);
/// Requests that run when a signal comes have so long to end.
const GRACE: Duration = Duration::from_secs(30);

/// Serves on `address` until SIGINT or SIGTERM.
pub async fn listen(address: SocketAddr, service: &Arc<Service>) -> Result<(), NativeError> {
    let refused = |error: io::Error| NativeError::Refused { reason: format!("listen tcp {address}: {error}") };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let local = listener.local_addr().map_err(refused)?;
    let mut end = pin!(ended());
    screen::complain(&format!("drydock: listening on {local}"));
    let (room, graceful) = (Arc::new(Semaphore::new(limits::SERVED_CONNECTIONS)), GracefulShutdown::new());
    loop {
        let taken = tokio::select! {
            taken = take(&listener, &room) => taken,
            signal = &mut end => break signal.map_err(refused)?,
        };
        let Some((stream, permit)) = taken else { continue };
        let connection = graceful.watch(connection(stream, Arc::clone(service)));
        tokio::spawn(async move {
            // A connection that breaks is the client's affair; what it asked is in the log.
            drop(connection.await);
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => screen::complain("drydock: some requests did not end in time"),
    }
    Ok(())
}

/// The next client, once there is room for it; none if it went before it was taken.
async fn take(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    let accepted = listener.accept().await;
    if let Err(error) = &accepted {
        // No more files can be open, for one: the next may be luckier, but not at once.
        screen::complain(&format!("drydock: accept: {error}"));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    accepted.ok().map(|(stream, _)| (stream, permit))
}

fn connection(stream: TcpStream, service: Arc<Service>) -> impl GracefulConnection {
    let peer = stream.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    // Answers are small: none is to wait for a second one.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_read_timeout(Some(SILENCE));
    stream.set_write_timeout(Some(SILENCE));
    let answer = move |request: Request<Incoming>| {
        let (service, peer) = (Arc::clone(&service), peer.clone());
        async move { Ok::<_, Infallible>(service.answer(request, &peer).await) }
    };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .max_buf_size(limits::SERVED_HEADER_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service_fn(answer))
}

/// Ends with the first signal that asks for it.
async fn ended() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::native::serve::access::Passwords;
    use crate::native::serve::keeper::Keeper;
    use crate::native::serve::metrics::Metrics;
    use crate::native::serve::options::LogForm;
    use crate::native::serve::origins::Origins;
    use crate::registry::{Registry, Scheme};

    /// One that gives out tokens, for which it takes a body.
    fn service() -> Arc<Service> {
        let mut registry = Registry::named("r.test");
        registry.access.scheme = Some(Scheme::Bearer { realm: "http://r.test/token".to_owned(), key: [0; 32] });
        let (keeper, passwords, metrics) = (Keeper::new(registry, None), Passwords::default(), Metrics::default());
        Arc::new(Service { keeper, passwords, metrics, log: LogForm::None, origins: Origins::default() })
    }

    /// How long a client is listened to who sends this and no more. The clock runs when nobody does anything.
    fn listened_to(sent: &str) -> Duration {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("bound");
            let mut client = std::net::TcpStream::connect(address).expect("it listens");
            client.write_all(sent.as_bytes()).expect("taken");
            let (stream, _) = listener.accept().await.expect("it came");
            let began = tokio::time::Instant::now();
            drop(connection(stream, service()).await);
            began.elapsed()
        })
    }

    #[test]
    fn a_client_that_falls_silent_is_let_go() {
        let table = [
            ("", HEADER),
            ("GET /v2/ HTTP/1.1\r\nHost: x\r\n", HEADER),
            ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", HEADER),
            ("POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", SILENCE),
        ];
        for (sent, limit) in table {
            let took = listened_to(sent);
            assert!(limit <= took && took < limit + Duration::from_secs(1), "{sent:?}: {took:?}");
        }
    }
}
