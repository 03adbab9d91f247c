//! Many connections, silent ones, and what stays possible beside them. Real sockets.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_stream::StreamExt;

use super::*;

/// The connections that are closed by the other side within that time.
async fn closed(connections: &mut Vec<UnixStream>, within: Duration) -> usize {
    let until = tokio::time::Instant::now() + within;
    let mut ended = 0;
    for connection in connections {
        let mut bytes = [0; 64];
        let gone = async {
            // What the server sends on its own (its settings) is no end.
            while connection.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
        };
        ended += usize::from(tokio::time::timeout_at(until, gone).await.is_ok());
    }
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_keep_nobody_out() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let mut events = client.watch_events(None).await.unwrap();
    let mut silent = Vec::new();
    for _ in 0..400 {
        silent.push(UnixStream::connect(&plant.socket).await.unwrap());
    }
    let started = Instant::now();
    assert_eq!(plant.client(None).await.get_status().await.unwrap().org, "acme");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    // The one with an open call was never in question.
    push(&client, "a.csv", None, "a\n").await.unwrap();
    assert_eq!(
        events.next().await.unwrap().unwrap().kind,
        plant_core::model::EventKind::File
    );
    let gone = closed(&mut silent, Duration::from_secs(2)).await;
    assert!(gone >= 400 - 64, "{gone}");
    drop((events, silent));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_half_open_and_idle_connections_are_closed() {
    let bounds = Bounds {
        silent: Duration::from_millis(200),
        idle: Duration::from_millis(500),
        ..Bounds::of(4_096)
    };
    let plant = Plant::start_within(bounds).await;
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(UnixStream::connect(&plant.socket).await.unwrap());
    }
    // It greets as HTTP/2 does, and then asks for nothing.
    let greeting = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    connections[1].write_all(greeting).await.unwrap();
    // It greets by half.
    connections[2].write_all(&greeting[..9]).await.unwrap();
    assert_eq!(closed(&mut connections, Duration::from_secs(5)).await, 3);

    // One that listens stays, however quiet it is; one without a call goes, and its terminal connects again by itself.
    let (idle, listening) = (plant.client(None).await, plant.client(None).await);
    idle.get_status().await.unwrap();
    let mut events = listening.watch_events(None).await.unwrap();
    let quiet = tokio::time::timeout(Duration::from_secs(2), events.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    assert_eq!(plant.open.count(), 1, "only the one that listens is left");
    assert_eq!(idle.get_status().await.unwrap().org, "acme");
    drop(events);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_has_so_many_open_calls_and_no_more() {
    let bounds = Bounds {
        all: 8,
        each: 2,
        calls: 3,
        ..Bounds::of(4_096)
    };
    let plant = Plant::start_within(bounds).await;
    let (one, two) = (plant.client(None).await, plant.client(None).await);
    let mut open = Vec::new();
    for client in [&one, &two, &two] {
        open.push(client.watch_events(None).await.unwrap());
    }
    let refused = one.get_status().await.unwrap_err();
    assert!(matches!(refused, ClientError::OverQuota { .. }), "{refused:?}");
    // Both connections have open calls, so a third finds no place.
    let third = Client::connect(Target::Unix(plant.socket.clone()), None).await;
    let refused = match third {
        Ok(client) => client.get_status().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(refused.is_link_lost(), "{refused:?}");
    open.pop();
    let started = Instant::now();
    while let Err(error) = one.get_status().await {
        assert!(started.elapsed() < Duration::from_secs(10), "{error}");
    }
    drop(open);
    plant.stop().await;
}
