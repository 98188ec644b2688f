// SPDX-License-Identifier: Apache-2.0
// Truncated log-normal draws: known values, every length, both sides of the border between the two regimes.

import CKernels
import TestSupport
import Testing

@Suite struct NoiseTests {
    struct Draws {
        var theta: [Float]
        var byMu: [Float]
        var byLogSigma: [Float]
    }

    static func draws(
        mu: [Double], logSigma: [Double], words: [UInt32], objects: Int, bounds: ClosedRange<Double> = -20...0
    ) -> Draws {
        let count = mu.count * objects
        // One more element, that must stay as it is.
        var result = Draws(
            theta: Array(repeating: 7, count: count + 1), byMu: Array(repeating: 7, count: count + 1),
            byLogSigma: Array(repeating: 7, count: count + 1))
        mu.withUnsafeBufferPointer { mu in
            logSigma.withUnsafeBufferPointer { logSigma in
                var units = elbo_noise_units(
                    count: mu.count, mu: mu.baseAddress, log_sigma: logSigma.baseAddress, lower: bounds.lowerBound,
                    upper: bounds.upperBound)
                elbo_truncated_log_normal_draws(
                    &units, words, objects, &result.theta, &result.byMu, &result.byLogSigma)
            }
        }
        for path in [\Draws.theta, \.byMu, \.byLogSigma] { #expect(result[keyPath: path].popLast() == 7) }
        return result
    }

    /// The word whose fraction is nearest to u.
    static func word(_ u: Double) -> UInt32 { UInt32(u * 0x1p32) }

    /// mu, log sigma, u, theta, d log theta / d mu and / d sigma, worked out with 50 digits by mpmath.
    static let known: [(Double, Double, Double, Double, Double, Double)] = [
        (0, -5, 0.25, 0.992278968332, 0.5155022602, -1.15034938),
        (0, -5, 0.75, 0.997855327956, 0.2109428682, -0.318639364),
        (0, 0, 0.5, 0.509416283863, 0.3722912343, -0.6744897502),
        (-1, 0, 0.9, 0.738862761372, 0.303861874, 0.00121879013),
        (-3, 1, 0.1, 0.0012262560972, 0.8623891129, -1.514420634),
        (-3, 1, 0.5, 0.0313760316908, 0.7241038525, -0.4743435342),
        (1, -1, 0.5, 0.921639419916, 0.06348547098, -0.3943865064),
        (-10, 2, 0.7, 0.00105417901549, 0.5618532242, 0.1884435412),
        (3, 0, 0.5, 0.814521120537, 0.05506406557, -0.3703471173),
    ]

    @Test(arguments: known.indices)
    func givesKnownValues(row: Int) {
        let (mu, logSigma, u, theta, byMu, bySigma) = Self.known[row]
        let draw = Self.draws(mu: [mu], logSigma: [logSigma], words: [Self.word(u)], objects: 1)
        let sigma = [-5: 0.006737946999, -1: 0.367879441171, 0: 1, 1: 2.718281828459, 2: 7.389056098931][logSigma]!
        expectClose(Double(draw.theta[0]), theta, relative: 3e-6)
        expectClose(Double(draw.byMu[0]), theta * byMu, relative: 2e-5, absolute: 5e-6 * theta)
        expectClose(Double(draw.byLogSigma[0]), theta * sigma * bySigma, relative: 2e-5, absolute: 2e-5 * sigma * theta)
    }

    @Test(arguments: [1, 15, 16, 17, 33, 500], [1, 3])
    func everyUnitAndObjectHasItsOwnDraw(units: Int, objects: Int) {
        var numbers = TestNumbers(seed: UInt64(units * objects))
        let mu: [Double] = numbers.list(units, in: -2...1)
        let logSigma: [Double] = numbers.list(units, in: -4...1)
        let words = (0..<(units * objects)).map { _ in UInt32(numbers.next(in: 0...4_294_967_295)) }
        let together = Self.draws(mu: mu, logSigma: logSigma, words: words, objects: objects)
        for index in words.indices {
            let unit = index % units
            let alone = Self.draws(mu: [mu[unit]], logSigma: [logSigma[unit]], words: [words[index]], objects: 1)
            #expect(together.theta[index] == alone.theta[0])
            #expect(together.byMu[index] == alone.byMu[0])
            #expect(together.byLogSigma[index] == alone.byLogSigma[0])
        }
    }

    /// Just above beta = -6 the inversion is direct, just below it is the tail expansion.
    @Test(arguments: [0.001, 0.1, 0.5, 0.9, 0.999])
    func theTwoRegimesMeet(u: Double) {
        let logSigma = -2.0
        let sigma = 0.135335283236613
        let draw = Self.draws(
            mu: [6 * sigma * (1 - 1e-5), 6 * sigma * (1 + 1e-5)], logSigma: [logSigma, logSigma],
            words: [Self.word(u), Self.word(u)], objects: 1)
        expectClose(Double(draw.theta[0]), Double(draw.theta[1]), relative: 3e-6)
        expectClose(Double(draw.byMu[0]), Double(draw.byMu[1]), absolute: 5e-5)
        expectClose(Double(draw.byLogSigma[0]), Double(draw.byLogSigma[1]), absolute: 5e-5)
    }

    @Test func theExtremeWordsAndParametersStayFiniteAndInside() {
        for mu in [-20.0, -10, -1, 0, 1e-6, 1, 5] {
            for logSigma in [-20.0, -10, -5, -1, 0, 2, 5] {
                for word in [0, 1, 0x7FFF_FFFF, 0x8000_0000, UInt32.max - 1, .max] {
                    let draw = Self.draws(mu: [mu], logSigma: [logSigma], words: [word], objects: 1)
                    #expect(draw.theta[0] >= 0 && draw.theta[0] <= 1, "\(mu) \(logSigma) \(word)")
                    #expect(draw.byMu[0].isFinite && draw.byLogSigma[0].isFinite, "\(mu) \(logSigma) \(word)")
                    #expect(draw.byMu[0] >= 0 && draw.byMu[0] <= draw.theta[0])
                }
            }
        }
    }

    static func divergenceSlopes(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double> = -20...0
    ) -> (mu: [Double], logSigma: [Double]) {
        var byMu = Array(repeating: 7.0, count: mu.count + 1)
        var byLogSigma = byMu
        mu.withUnsafeBufferPointer { mu in
            logSigma.withUnsafeBufferPointer { logSigma in
                var units = elbo_noise_units(
                    count: mu.count, mu: mu.baseAddress, log_sigma: logSigma.baseAddress, lower: bounds.lowerBound,
                    upper: bounds.upperBound)
                elbo_truncated_log_normal_divergence_slopes(&units, &byMu, &byLogSigma)
            }
        }
        #expect(byMu.popLast() == 7)
        #expect(byLogSigma.popLast() == 7)
        return (byMu, byLogSigma)
    }

    /// mu, log sigma, sigma, d KL / d mu and / d sigma, differentiated with 50 digits by mpmath: every regime.
    static let knownSlopes: [(Double, Double, Double, Double, Double)] = [
        (0, -5, 0.006737946999, 59.20828413, -148.4131591), (0, -3, 0.049787068368, 8.012969903, -20.08553692),
        (0, 0, 1, 0.3989422804, -1), (0, 1, 2.718281828459, 0.1467626632, -0.3678794411),
        (0, 3, 20.085536923188, 0.001893199524, -0.00195357954),
        (0, 5, 148.413159102577, 6.862168629e-7, -9.858759761e-8),
        (-0.1, -4, 0.018315638889, 1.128952766e-4, -54.59753365), (-1, -5, 0.006737946999, 0, -148.4131591),
        (-1, 0, 1, 0.3289568426, -0.6710431574), (-3, 1, 2.718281828459, 0.1150950503, -0.2408560518),
        (-5, 0.5, 1.6487212707, 0.0124494533, -0.5687757841), (-10, 2, 7.389056098931, 0, -0.01624537103),
        (-20, 1, 2.718281828459, -0.1467626632, -0.3678794411), (1, -1, 0.367879441171, 0.7099971921, -4.648254294),
        (1, -3, 0.049787068368, 0.9902649384, -39.97553991), (3, 0, 1, 0.2473881076, -1.742164323),
        (5, 0, 1, 0.1749930701, -1.874965351),
    ]

    @Test func divergenceSlopesHaveKnownValues() {
        let slopes = Self.divergenceSlopes(mu: Self.knownSlopes.map(\.0), logSigma: Self.knownSlopes.map(\.1))
        for (row, known) in Self.knownSlopes.enumerated() {
            let (mu, logSigma, sigma, byMu, bySigma) = known
            expectClose(slopes.mu[row], byMu, relative: 1e-9, absolute: 1e-13, "mu at (\(mu), \(logSigma))")
            expectClose(slopes.logSigma[row], sigma * bySigma, relative: 1e-9, "log sigma at (\(mu), \(logSigma))")
        }
    }

    @Test(arguments: [1, 7, 8, 9, 17, 700])
    func divergenceSlopesOfAUnitDoNotDependOnItsNeighbours(units: Int) {
        var numbers = TestNumbers(seed: UInt64(units))
        // Every regime beside every other one.
        let mu: [Double] = numbers.list(units, in: -20...5)
        let logSigma: [Double] = numbers.list(units, in: -8...5)
        let together = Self.divergenceSlopes(mu: mu, logSigma: logSigma)
        for unit in 0..<units {
            let alone = Self.divergenceSlopes(mu: [mu[unit]], logSigma: [logSigma[unit]])
            #expect(together.mu[unit] == alone.mu[0] && together.logSigma[unit] == alone.logSigma[0])
        }
    }

    @Test func divergenceSlopesStayFiniteAndPushSigmaUp() {
        for logSigma in stride(from: -20.0, through: 5, by: 0.25) {
            let mu = Array(stride(from: -20.0, through: 5, by: 0.25))
            let slopes = Self.divergenceSlopes(mu: mu, logSigma: mu.map { _ in logSigma })
            #expect(slopes.mu.allSatisfy { $0.isFinite }, "\(logSigma)")
            #expect(slopes.logSigma.allSatisfy { $0 <= 0 && $0 > -3 }, "\(logSigma)")
        }
    }
}
