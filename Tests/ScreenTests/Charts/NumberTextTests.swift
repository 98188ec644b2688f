// SPDX-License-Identifier: Apache-2.0
// Numbers are written the same everywhere.

import Testing

@testable import Screen

@Suite struct NumberTextTests {
    @Test func fixedDecimals() {
        #expect(
            [0.0, -0.4, 1.005, 123.456, -0.0049].map { NumberText.fixed($0, decimals: 2) }
                == ["0.00", "-0.40", "1.00", "123.46", "0.00"])
        #expect(NumberText.fixed(7, decimals: 0) == "7")
        #expect(NumberText.fixed(0.05, decimals: 3) == "0.050")
        #expect(NumberText.fixed(1e300, decimals: 2) == "1e300")
        #expect(NumberText.fixed(.nan, decimals: 2) == "NaN")
        #expect(NumberText.fixed(-.infinity, decimals: 2) == "-∞")
    }

    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-1.5, "-1.5"), (3.14159, "3.142"), (12345.678, "12346"), (0.00012346, "0.0001235"),
        (0.000012346, "1.235e-5"), (1e6, "1e6"), (999_999, "1e6"), (999_400, "999400"), (9.9996, "10"),
        (99_999_999, "1e8"), (1e-300, "1e-300"),
    ])
    func significantDigits(value: Double, text: String) {
        #expect(NumberText.significant(value) == text)
    }

    @Test func compactSuffixes() {
        #expect(
            [431_000, 12_900, 2_290_000, 999, 999.6, 0.5, 1.2e10, -1500].map(NumberText.compact)
                == ["431k", "12.9k", "2.29M", "999", "1k", "0.5", "12G", "-1.5k"])
    }

    @Test func groups() {
        #expect(
            [0, 9999, 18_200, -1_234_567, .max].map(NumberText.grouped)
                == ["0", "9999", "18 200", "-1 234 567", "9 223 372 036 854 775 807"])
        #expect(NumberText.grouped(.min) == "-9 223 372 036 854 775 808")
    }

    @Test func durations() {
        #expect(
            [0, 42.4, 185, 7800, 356_400, -61].map(NumberText.duration(seconds:))
                == ["0 s", "42 s", "3 m 05 s", "2 h 10 m", "4 d 03 h", "-1 m 01 s"])
        #expect(NumberText.duration(seconds: .infinity) == "–")
    }

    @Test func powersAndTheirSevenBitSpelling() {
        #expect(NumberText.power(of: 10, -12) == "10⁻¹²")
        #expect(SevenBit.spellingPowers("×10⁻⁵") == "x1e-5")
        #expect(SevenBit.spellingPowers("5·10⁻⁷") == "5·1e-7")
        #expect(SevenBit.spellingPowers("plain 10") == "plain 10")
        #expect(SevenBit.spellingPowers("m²") == "m2")
    }

    @Test func powersOfTenAreExact() {
        #expect((0...22).map(NumberText.tenToThe) == (0...22).map { Double("1e\($0)") ?? 0 })
    }
}
