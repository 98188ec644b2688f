// SPDX-License-Identifier: Apache-2.0
// The sizes of a tensor's axes, kept inline (no heap) because every operation makes one.

/// The sizes of up to six axes, outermost first; a scalar has none.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The largest number of axes.
    public static let maximumRank = 6

    /// Lanes 0 to 5 hold the sizes (0 beyond the rank), lane 7 holds the rank.
    private var lanes: SIMD8<Int32>

    /// A shape with the given sizes.
    public init(arrayLiteral sizes: Int...) {
        self.init(sizes)
    }

    /// A shape with the given sizes.
    /// - Precondition: at most six sizes, each from 0 to 2³¹-1.
    public init(_ sizes: some Collection<Int>) {
        lanes = .zero
        var axis = 0
        for size in sizes {
            check(axis < Shape.maximumRank && size >= 0 && size <= Int(Int32.max), "Shape", "0 ... 6 axes", "\(sizes)")
            lanes[axis] = Int32(truncatingIfNeeded: size)
            axis += 1
        }
        lanes[7] = Int32(truncatingIfNeeded: axis)
    }

    /// A shape of `rank` axes of size `size`.
    init(repeating size: Int, rank: Int) {
        lanes = .zero
        for axis in 0..<rank { lanes[axis] = Int32(truncatingIfNeeded: size) }
        lanes[7] = Int32(truncatingIfNeeded: rank)
    }

    /// Number of axes.
    @inline(__always) public var rank: Int { Int(lanes[7]) }

    /// Number of elements: the product of all sizes, 1 for a scalar.
    public var count: Int {
        var product = 1
        for axis in 0..<rank { product &*= Int(lanes[axis]) }
        return product
    }

    /// The size of one axis; negative axes count from the end.
    public subscript(axis: Int) -> Int {
        get { Int(lanes[resolved(axis)]) }
        set { lanes[resolved(axis)] = Int32(newValue) }
    }

    /// The sizes as an array.
    public var sizes: [Int] { (0..<rank).map { Int(lanes[$0]) } }

    /// The shape as `[2, 3]`.
    public var description: String { "\(sizes)" }

    /// The axis counted from the front.
    @inline(__always)
    func resolved(_ axis: Int) -> Int {
        let index = axis < 0 ? axis + rank : axis
        check(index >= 0 && index < rank, "Shape", "an axis below \(rank)", "\(axis)")
        return index
    }

    /// This shape without the given axes, or with size 1 in their place.
    func reduced(over axes: AxisSet, keepDims: Bool) -> Shape {
        var result = Shape()
        for axis in 0..<rank {
            if !axes.contains(axis) { result.append(self[axis]) } else if keepDims { result.append(1) }
        }
        return result
    }

    /// The shape of no axes.
    init() { lanes = .zero }

    /// Adds an innermost axis.
    mutating func append(_ size: Int) {
        check(rank < Shape.maximumRank, "Shape", "at most 6 axes", "7")
        lanes[rank] = Int32(size)
        lanes[7] += 1
    }

    /// The shape that two operands have together when axes of size 1 are repeated (NumPy's rule), nil when they do not fit.
    static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
        if a == b { return a }
        let rank = max(a.rank, b.rank)
        var result = Shape(repeating: 1, rank: rank)
        for axis in 0..<rank {
            let left = axis - (rank - a.rank) >= 0 ? a[axis - (rank - a.rank)] : 1
            let right = axis - (rank - b.rank) >= 0 ? b[axis - (rank - b.rank)] : 1
            if left != right && left != 1 && right != 1 { return nil }
            result[axis] = left == 1 ? right : left
        }
        return result
    }
}

/// A set of axes as bits.
struct AxisSet: Hashable {
    private(set) var bits: UInt8 = 0

    /// Whether the axis is in the set.
    func contains(_ axis: Int) -> Bool { bits & (1 << UInt8(axis)) != 0 }

    /// Adds an axis.
    mutating func insert(_ axis: Int) { bits |= 1 << UInt8(axis) }

    /// Every axis of a shape of this rank.
    static func all(rank: Int) -> AxisSet {
        var set = AxisSet()
        for axis in 0..<rank { set.insert(axis) }
        return set
    }
}
