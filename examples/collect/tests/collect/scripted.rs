//! A server that says what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

/// A server for one session.
pub struct Script {
    port: u16,
    thread: JoinHandle<()>,
}

impl Script {
    /// Waits for each line, and then answers it; the greeting answers an empty one. Closes at the end.
    pub fn start(lines: &[(&str, &str)]) -> Self {
        Self::start_at(0, lines)
    }

    pub fn start_at(port: u16, lines: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let owned = |(command, answer): &(&str, &str)| (command.to_string(), answer.to_string());
        let lines: Vec<_> = lines.iter().map(owned).collect();
        Self { port, thread: thread::spawn(move || serve(&listener, &lines)) }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Panics if the client has said anything else.
    pub fn finish(self) {
        self.thread.join().unwrap();
    }
}

fn serve(listener: &TcpListener, lines: &[(String, String)]) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for (command, answer) in lines {
        if !command.is_empty() {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            assert_eq!(line, format!("{command}\r\n"));
        }
        stream.write_all(answer.as_bytes()).unwrap();
    }
}
