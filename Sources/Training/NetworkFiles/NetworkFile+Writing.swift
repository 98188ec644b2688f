// SPDX-License-Identifier: Apache-2.0
// Writes a network file, reads it back, and compares what both networks compute before the file gets its name.

public import EngineKit
import Nets
public import TensorCore

extension NetworkFile {
    /// Largest difference between two networks' logits, relative to the largest logit, at which they count as the same:
    /// some hundred roundings, as sums are taken in another order.
    public static let tolerance = 1e-4

    /// How far the logits of two networks are apart on the same images.
    public struct Difference: Sendable, Equatable {
        /// Largest difference of two logits.
        public var absolute: Double
        /// The same over the largest logit of the first network.
        public var relative: Double

        /// Compares two tables of logits of one shape; NaN anywhere gives NaN.
        public init(_ expected: Tensor, _ found: Tensor) {
            let (expected, found) = (expected.scalars(), found.scalars())
            func largest(_ values: some Sequence<Float>) -> Double {
                values.reduce(0.0) { $1.isNaN || $0.isNaN ? .nan : max($0, Double(abs($1))) }
            }
            absolute = largest(zip(expected, found).map { $0 - $1 })
            let scale = largest(expected)
            relative = absolute == 0 ? 0 : absolute / scale
        }

        /// Whether the two compute the same.
        public var isRounding: Bool { relative <= NetworkFile.tolerance }
    }

    /// Writes the file; it appears only when the network that is read back computes the same.
    ///
    /// The report gets `maxAbsDifference` and `maxRelativeDifference`.
    ///
    /// - Parameters:
    ///   - images: `[N, C, H, W]`, normalised.
    ///   - expected: the logits that the network is to give for them, `[N, K]`.
    /// - Returns: the report as written.
    /// - Throws: `EngineError` when the file cannot be written, or when the logits differ; then nothing is there.
    public mutating func write(
        to path: String, expecting expected: Tensor, for images: Tensor
    ) throws(EngineError) -> JSONObject {
        // The numbers that the header states come from the same bytes without it.
        let rehearsal = try NetworkFile(Self.readBack(Safetensors.encode(contents), path))
        let difference = Difference(expected, rehearsal.logits(images))
        guard difference.isRounding else { throw Self.refusal(difference, path) }
        report["maxAbsDifference"] = .real(difference.absolute)
        report["maxRelativeDifference"] = .real(difference.relative)
        let contents = contents
        do throws(FileError) {
            let file = try PendingFile(path)
            try Safetensors.write(contents) { (bytes) throws(FileError) in try file.write(bytes) }
            try file.finish()
            let written = try readWholeFile(file.temporaryPath, limit: Self.sizeLimit)
            let found: Difference
            do throws(EngineError) {
                found = Difference(expected, try NetworkFile(Self.readBack(written, path)).logits(images))
                guard found == difference else { throw Self.refusal(found, path) }
            } catch {
                throw FileError(error.description)
            }
            try file.publish()
        } catch {
            throw EngineError(error.description)
        }
        return report
    }

    /// The logits of normalised images, `[N, C, H, W]` to `[N, K]`.
    public func logits(_ images: Tensor) -> Tensor {
        withoutGradients { network(images, .prediction()) }
    }

    private static func readBack(_ bytes: [UInt8], _ path: String) throws(EngineError) -> Checkpoint {
        do throws(SafetensorsError) {
            return try Safetensors.decode(bytes)
        } catch {
            throw EngineError("\(path.printable()): what was written cannot be read back: \(error.description)")
        }
    }

    private static func refusal(_ difference: Difference, _ path: String) -> EngineError {
        EngineError(
            "the network read back from \(path.printable()) differs from the masked one: largest difference of a logit "
                + "\(difference.absolute), \(difference.relative) relative, allowed \(tolerance); nothing was written")
    }
}
