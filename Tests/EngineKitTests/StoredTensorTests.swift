// SPDX-License-Identifier: Apache-2.0
// Numbers of other types as single precision, bit by bit.
import EngineKit
import Testing

@Suite struct StoredTensorTests {
    private func values(_ type: StoredTensor.ElementType, _ bytes: [UInt8]) -> [Float]? {
        StoredTensor(name: "x", elementType: type, shape: [bytes.count / type.size], bytes: bytes).floatingPointValues
    }

    /// All 65 536 halves, by the definition of the format.
    @Test func everyHalfIsExact() {
        for bits in UInt16.min...UInt16.max {
            let found = values(.float16, [UInt8(bits & 255), UInt8(bits >> 8)])?[0]
            let (exponent, significand) = (Int(bits >> 10 & 31), Double(bits & 1023))
            let sign: Double = bits >> 15 == 0 ? 1 : -1
            guard let found else {
                Issue.record("no value")
                return
            }
            switch exponent {
            case 31: #expect(significand == 0 ? Double(found) == sign * .infinity : found.isNaN)
            case 0:
                #expect(Double(found) == sign * significand * 0x1p-24)
                #expect(found.sign == (sign > 0 ? .plus : .minus))
            default:
                var power = 1.0
                for _ in 0..<exponent { power *= 2 }
                #expect(Double(found) == sign * (1 + significand / 1024) * power * 0x1p-15)
            }
        }
    }

    @Test func otherTypesKeepTheirValues() {
        #expect(values(.brainFloat16, [0x80, 0x3F, 0x00, 0xC0, 0x80, 0x7F]) == [1, -2, .infinity])
        #expect(values(.float32, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]) == [1, -2])
        let double = withUnsafeBytes(of: 0.1) { Array($0) } + withUnsafeBytes(of: -1e300) { Array($0) }
        #expect(values(.float64, double) == [0.1, -.infinity])
    }

    @Test func whatIsNoFloatingPointNumberHasNoValues() {
        for type in StoredTensor.ElementType.allCases
        where ![.float16, .brainFloat16, .float32, .float64].contains(type) {
            #expect(values(type, [UInt8](repeating: 0, count: type.size)) == nil)
        }
    }
}
