//! A mail server that takes everything, or refuses every recipient, and remembers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) data: String,
}

#[derive(Clone)]
pub(crate) struct Sink {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// A recipient it refuses; an empty text is all of them.
    refusing: Arc<Mutex<Option<String>>>,
}

impl Sink {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Self { address: listener.local_addr().unwrap(), taken: Arc::default(), refusing: Arc::default() };
        let of_thread = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let sink = of_thread.clone();
                std::thread::spawn(move || drop(sink.talk(&stream.unwrap())));
            }
        });
        sink
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Refuses one recipient, or all (an empty text), or nobody from now on.
    pub(crate) fn refuse(&self, refusing: Option<&str>) {
        *self.refusing.lock().unwrap() = refusing.map(str::to_owned);
    }

    /// A mail is here before its sender is told so: no need to wait.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    fn refuses(&self, address: &str) -> bool {
        self.refusing.lock().unwrap().as_deref().is_some_and(|refused| refused.is_empty() || refused == address)
    }

    /// RFC 5321, the part that a client needs.
    fn talk(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut out = stream.try_clone()?;
        let mut lines = BufReader::new(stream).lines();
        let mut mail = Taken::default();
        out.write_all(b"220 sink\r\n")?;
        while let Some(line) = lines.next().transpose()? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match verb.as_str() {
                "MAIL" => {
                    mail.from = address();
                    "250 ok"
                }
                "RCPT" if self.refuses(&address()) => "451 not now",
                "RCPT" => {
                    mail.to.push(address());
                    "250 ok"
                }
                "DATA" => {
                    out.write_all(b"354 go on\r\n")?;
                    for line in lines.by_ref() {
                        let line = line?;
                        if line == "." {
                            break;
                        }
                        mail.data += line.strip_prefix('.').unwrap_or(&line);
                        mail.data += "\r\n";
                    }
                    self.taken.lock().unwrap().push(std::mem::take(&mut mail));
                    "250 taken"
                }
                "RSET" => {
                    mail = Taken::default();
                    "250 ok"
                }
                "QUIT" => {
                    out.write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                _ => "250 ok",
            };
            out.write_all(answer.as_bytes())?;
            out.write_all(b"\r\n")?;
        }
        Ok(())
    }
}
