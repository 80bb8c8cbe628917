//! zlib (RFC 1950) and DEFLATE (RFC 1951), as plainly as they are described: slow, and written without a look at the
//! library whose answers it judges.

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn one(&mut self) -> Option<usize> {
        let bit = self.bytes.get(self.at / 8)? >> (self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    /// The lowest bit comes first.
    fn number(&mut self, count: usize) -> Option<usize> {
        (0..count).try_fold(0, |number, place| Some(number | self.one()? << place))
    }
}

/// The symbols in the order of their codes, and how many codes there are of each length.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn of(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        lengths.iter().filter(|length| **length > 0).for_each(|length| counts[*length] += 1);
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        Self { counts, symbols }
    }

    /// Codes begin with their highest bit; those of one length are consecutive.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.one()?;
            if code < first + count {
                return self.symbols.get(index + code.checked_sub(first)?).copied();
            }
            index += count;
            (first, code) = ((first + count) << 1, code << 1);
        }
        None
    }
}

/// Lengths from 257 on, and distances: (the least, how many more bits tell).
fn length(symbol: usize) -> Option<(usize, usize)> {
    match symbol {
        257..=264 => Some((symbol - 254, 0)),
        265..=284 => {
            let more = (symbol - 261) / 4;
            Some(((((symbol - 261) % 4 + 4) << more) + 3, more))
        }
        285 => Some((258, 0)),
        _ => None,
    }
}

fn distance(symbol: usize) -> Option<(usize, usize)> {
    match symbol {
        0..=3 => Some((symbol + 1, 0)),
        4..=29 => {
            let more = symbol / 2 - 1;
            Some((((symbol % 2 + 2) << more) + 1, more))
        }
        _ => None,
    }
}

fn codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let (literals, distances) = (bits.number(5)? + 257, bits.number(5)? + 1);
    let mut own = [0; 19];
    for place in &ORDER[..bits.number(4)? + 4] {
        own[*place] = bits.number(3)?;
    }
    let own = Code::of(&own);
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match own.symbol(bits)? {
            16 => (*lengths.last()?, 3 + bits.number(2)?),
            17 => (0, 3 + bits.number(3)?),
            18 => (0, 11 + bits.number(7)?),
            length => (length, 1),
        };
        lengths.extend(std::iter::repeat_n(length, times));
    }
    if lengths.len() > literals + distances {
        return None;
    }
    Some((Code::of(&lengths[..literals]), Code::of(&lengths[literals..])))
}

fn fixed() -> (Code, Code) {
    let lengths: Vec<usize> = (0..288)
        .map(|symbol| match symbol {
            144..=255 => 9,
            256..=279 => 7,
            _ => 8,
        })
        .collect();
    (Code::of(&lengths), Code::of(&[5; 30]))
}

fn coded(bits: &mut Bits<'_>, out: &mut Vec<u8>, (literals, distances): (Code, Code), most: usize) -> Option<()> {
    loop {
        match literals.symbol(bits)? {
            256 => return Some(()),
            byte @ 0..256 => out.push(u8::try_from(byte).ok()?),
            symbol => {
                let (least, more) = length(symbol)?;
                let length = least + bits.number(more)?;
                let (least, more) = distance(distances.symbol(bits)?)?;
                let from = out.len().checked_sub(least + bits.number(more)?)?;
                for at in from..from + length {
                    out.push(out[at]);
                }
            }
        }
        if out.len() > most {
            return None;
        }
    }
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

/// What `zlib` unpacks to, if it is good to its last byte and that is not more than `most` bytes.
pub fn unpacked(zlib: &[u8], most: usize) -> Option<Vec<u8>> {
    let [how, flags, body @ ..] = zlib else { return None };
    let head = u32::from(*how) << 8 | u32::from(*flags);
    if how & 15 != 8 || how >> 4 > 7 || !head.is_multiple_of(31) || flags & 32 != 0 {
        return None;
    }
    let mut bits = Bits { bytes: body, at: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.one()?;
        match bits.number(2)? {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let (length, complement) = (bits.number(16)?, bits.number(16)?);
                if length ^ complement != 0xffff {
                    return None;
                }
                out.extend_from_slice(body.get(bits.at / 8..)?.get(..length)?);
                bits.at += length * 8;
            }
            1 => coded(&mut bits, &mut out, fixed(), most)?,
            2 => {
                let codes = codes(&mut bits)?;
                coded(&mut bits, &mut out, codes, most)?;
            }
            _ => return None,
        }
        if out.len() > most {
            return None;
        }
        if last == 1 {
            break;
        }
    }
    let sum = body.get(bits.at.div_ceil(8)..)?;
    (sum == adler(&out).to_be_bytes()).then_some(out)
}

/// Bytes as zlib without compression.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(0xffff).peekable();
    if blocks.peek().is_none() {
        zlib.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("a block is at most that long");
        zlib.push(u8::from(blocks.peek().is_none()));
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend(block);
    }
    zlib.extend(adler(bytes).to_be_bytes());
    zlib
}

/// So many zeros as zlib, with fixed codes: 258 of them in 13 bits.
pub fn zeros(count: usize) -> Vec<u8> {
    // One last block with fixed codes, and a first zero; codes begin with their highest bit.
    let mut bits = String::from("110") + "00110000";
    let (long, rest) = ((count - 1) / 258, (count - 1) % 258);
    bits += &"1100010100000".repeat(long);
    bits += &"00110000".repeat(rest);
    bits += "0000000";
    let mut zlib = vec![0x78, 0x01];
    for byte in bits.as_bytes().chunks(8) {
        zlib.push(byte.iter().rev().fold(0, |byte, bit| byte << 1 | (bit - b'0')));
    }
    zlib.extend(adler(&vec![0; count]).to_be_bytes());
    zlib
}
