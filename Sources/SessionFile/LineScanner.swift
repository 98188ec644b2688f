// SPDX-License-Identifier: Apache-2.0
// Finds the line of every key in a TOML text. The TOML library checks and reads values but tells no positions.

/// Where keys and elements stand in a TOML text, as a tree with the shape of the document.
final class LineNode {
    /// Line from 1 of the key, the table header or the element.
    var line: Int
    /// Keys in file order.
    private(set) var keys: [String] = []
    private var nodes: [String: LineNode] = [:]
    /// Elements of an array.
    var elements: [LineNode] = []
    /// Whether the elements came from `[[…]]` headers, to which later headers refer.
    var isListOfTables = false

    init(line: Int) {
        self.line = line
    }

    subscript(key: String) -> LineNode? { nodes[key] }

    /// The node of a key, made when it is new.
    func child(_ key: String, line: Int) -> LineNode {
        if let node = nodes[key] { return node }
        let node = LineNode(line: line)
        nodes[key] = node
        keys.append(key)
        return node
    }
}

/// Scans a TOML text for keys.
///
/// The scanner accepts more than TOML allows, because the library judges the text afterwards. What it cannot follow is
/// an error and never reaches the library, whose parser trusts that a header begins with a key (a failed assertion in
/// debug builds, undefined in release builds) and recurses as deep as a text nests.
struct LineScanner {
    /// Parts of a dotted key and levels of lists and inline tables; shipped sessions use 3.
    static let maximumDepth = 32

    /// What ends a scan.
    enum Stop: Error {
        /// The text is not TOML at the current line, for this reason.
        case malformed(String)
        /// The text is TOML but asks for more than is allowed.
        case forbidden(found: String, allowed: String)
    }

    private let bytes: [UInt8]
    private var position = 0
    /// The line at which the scanner is, from 1.
    private(set) var line = 1
    /// What was found so far.
    let root = LineNode(line: 1)

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Scans the whole text.
    mutating func scan() throws(Stop) {
        var current = root
        // A byte order mark is allowed at the start.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while true {
            try skipBlank(acrossLines: true)
            guard let byte = peek else { return }
            if byte == UInt8(ascii: "[") {
                current = try header()
            } else {
                try pair(in: current)
            }
            try endOfLine()
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlank(acrossLines: Bool) throws(Stop) {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard acrossLines else { return }
                newline()
            case UInt8(ascii: "#"):
                while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
            default: return
            }
        }
    }

    private mutating func newline() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func endOfLine() throws(Stop) {
        try skipBlank(acrossLines: false)
        guard let byte = peek else { return }
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
            throw .malformed("more text after the value")
        }
    }

    // MARK: Headers and pairs

    private mutating func header() throws(Stop) -> LineNode {
        position += 1
        let isList = take("[")
        let path = try key()
        guard take("]"), !isList || take("]") else { throw .malformed("a header without its closing bracket") }
        var node = root
        for part in path.dropLast() { node = latest(node.child(part, line: line)) }
        node = node.child(path[path.count - 1], line: line)
        if isList {
            node.isListOfTables = true
            node.elements.append(LineNode(line: line))
            return node.elements[node.elements.count - 1]
        }
        // The header may follow the headers of tables inside it, which made the node with their own line.
        node.line = line
        return node
    }

    private mutating func pair(in table: LineNode, depth: Int = 0) throws(Stop) {
        let start = line
        let path = try key()
        guard take("=") else { throw .malformed("a key without =") }
        var node = table
        for part in path { node = node.child(part, line: start) }
        try value(into: node, depth: depth)
    }

    /// The table that a header inside a list of tables means: the newest one.
    private func latest(_ node: LineNode) -> LineNode {
        node.isListOfTables ? node.elements[node.elements.count - 1] : node
    }

    private mutating func key() throws(Stop) -> [String] {
        var parts: [String] = []
        repeat {
            try skipBlank(acrossLines: false)
            switch peek {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): parts.append(try string())
            default: parts.append(try bareKey())
            }
            guard parts.count <= Self.maximumDepth else {
                throw .forbidden(found: "a key of too many parts", allowed: "at most \(Self.maximumDepth)")
            }
            try skipBlank(acrossLines: false)
        } while take(".")
        return parts
    }

    private mutating func bareKey() throws(Stop) -> String {
        let start = position
        loop: while let byte = peek {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                position += 1
            default: break loop
            }
        }
        guard position > start else { throw .malformed("something else where a key is expected") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // MARK: Values

    private mutating func value(into node: LineNode, depth: Int) throws(Stop) {
        guard depth < Self.maximumDepth else {
            throw .forbidden(found: "values nested too deep", allowed: "at most \(Self.maximumDepth) levels")
        }
        try skipBlank(acrossLines: false)
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try string()
        case UInt8(ascii: "["): try array(into: node, depth: depth)
        case UInt8(ascii: "{"): try inlineTable(into: node, depth: depth)
        default: try bareValue()
        }
    }

    private mutating func array(into node: LineNode, depth: Int) throws(Stop) {
        let start = line
        position += 1
        while true {
            try skipBlank(acrossLines: true)
            if take("]") { return }
            let element = LineNode(line: line)
            node.elements.append(element)
            try value(into: element, depth: depth + 1)
            try skipBlank(acrossLines: true)
            if take("]") { return }
            guard take(",") else {
                // The line where the list begins: its end may be anywhere.
                line = start
                throw .malformed("a list without its closing bracket")
            }
        }
    }

    private mutating func inlineTable(into node: LineNode, depth: Int) throws(Stop) {
        position += 1
        try skipBlank(acrossLines: false)
        if take("}") { return }
        while true {
            try pair(in: node, depth: depth + 1)
            try skipBlank(acrossLines: false)
            if take("}") { return }
            guard take(",") else { throw .malformed("an inline table without its closing brace") }
        }
    }

    /// A number, a truth value, a date: anything up to what can follow a value.
    private mutating func bareValue() throws(Stop) {
        let start = position
        loop: while let byte = peek {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"),
                UInt8(ascii: "\r"), UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"):
                break loop
            default: position += 1
            }
        }
        guard position > start else { throw .malformed("a key without a value") }
    }
}

extension LineScanner {
    /// A string in any of the four forms; the text is exact for keys and not used for values.
    private mutating func string() throws(Stop) -> String {
        let start = line
        let quote = bytes[position]
        let isLiteral = quote == UInt8(ascii: "'")
        let isMultiline = bytes[position...].starts(with: [quote, quote, quote])
        position += isMultiline ? 3 : 1
        var text: [UInt8] = []
        while let byte = peek {
            if byte == quote, !isMultiline || bytes[position...].starts(with: [quote, quote, quote]) {
                position += isMultiline ? 3 : 1
                // Up to two quotes may stand directly before the closing three.
                for _ in 0..<2 where isMultiline && peek == quote { position += 1 }
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\"), !isLiteral {
                try escape(into: &text)
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                guard isMultiline else { throw .malformed("text without its closing quote") }
                newline()
            } else {
                text.append(byte)
                position += 1
            }
        }
        line = start
        throw .malformed("text without its closing quote")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Stop) {
        position += 1
        guard let byte = peek else { throw .malformed("an unknown escape in text") }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            guard position + count <= bytes.count else { throw .malformed("an unknown escape in text") }
            let digits = String(decoding: bytes[position..<(position + count)], as: UTF8.self)
            guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                throw .malformed("an unknown escape in text")
            }
            // The library hands texts over as C strings, which end at a zero.
            guard code != 0 else { throw .forbidden(found: "the character U+0000", allowed: "text without it") }
            text.append(contentsOf: String(scalar).utf8)
            position += count
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            // A line that continues on the next one; the newline itself is seen by the caller.
            position -= 1
        default: throw .malformed("an unknown escape in text")
        }
    }
}
