//! Answers that go wrong: too slow, too long, cut off, or no answer at all.
#![expect(clippy::disallowed_methods, reason = "a slow server sleeps")]

use std::{io, time::Duration};

use tokio::io::AsyncWriteExt;

use crate::{
    endpoint::{Stream, drain, finish},
    scenario::file::{HttpRoute, ResponseFault},
    web::{
        gzip::gzip,
        respond::{After, head, headers, write_all},
    },
};

/// Answers a request in the way of a fault. What has no end ends when the client closes.
pub(super) async fn write(
    mut stream: impl Stream,
    route: &HttpRoute,
    fault: ResponseFault,
) -> io::Result<()> {
    match fault {
        ResponseFault::Reset => return stream.reset(),
        ResponseFault::Silence => return drain(&mut stream).await,
        ResponseFault::SlowDrip => return slow_drip(stream, route).await,
        ResponseFault::HugeBody => huge_body(&mut stream, route).await?,
        ResponseFault::EndlessHeader => return endless_header(stream).await,
        ResponseFault::Truncated => {
            let headers = headers(route, Some(route.content.len().max(2)));
            let head = head(route.status(), &headers, After::Close);
            let (half, _) = route.content.split_at(route.content.len() / 2);
            write_all(&mut stream, &[&head, half]).await?;
            // Dropped without a word: under TLS there is no close_notify either.
            return Ok(());
        }
        ResponseFault::Gzip => {
            let body = gzip(&route.content);
            let mut headers = headers(route, Some(body.len()));
            headers.insert("Content-Encoding".to_owned(), "gzip".to_owned());
            write_all(&mut stream, &[&head(route.status(), &headers, After::Close), &body]).await?;
        }
        ResponseFault::BadStatusLine => {
            write_all(&mut stream, &[b"HTTP/1.1 abc What\r\nConnection: close\r\n\r\n"]).await?;
        }
    }
    finish(&mut stream).await
}

async fn slow_drip(mut stream: impl Stream, route: &HttpRoute) -> io::Result<()> {
    let head = head(route.status(), &headers(route, None), After::Close);
    write_all(&mut stream, &[&head]).await?;
    let blanks = std::iter::repeat(&b' ');
    for byte in route.content.iter().chain(blanks) {
        tokio::time::sleep(DRIP).await;
        write_all(&mut stream, &[&[*byte]]).await?;
    }
    Ok(())
}

async fn huge_body(stream: &mut impl Stream, route: &HttpRoute) -> io::Result<()> {
    let mut headers = headers(route, None);
    headers.insert("Transfer-Encoding".to_owned(), "chunked".to_owned());
    stream.write_all(&head(route.status(), &headers, After::Close)).await?;
    let size = format!("{CHUNK:x}\r\n").into_bytes();
    let blanks = vec![b' '; CHUNK];
    for _ in 0..HUGE / CHUNK {
        write_all(stream, &[&size, &blanks, b"\r\n"]).await?;
    }
    write_all(stream, &[b"0\r\n\r\n"]).await
}

async fn endless_header(mut stream: impl Stream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
    for number in 0_u64.. {
        let line = format!("X-Filler-{number}: {FILLER}\r\n");
        stream.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

const DRIP: Duration = Duration::from_millis(100);
const CHUNK: usize = 64 * 1024;
const HUGE: usize = 50 * 1024 * 1024;
const FILLER: &str = "a header line among very many";
