// SPDX-License-Identifier: Apache-2.0
// The order in which an evaluation goes through methods, members, domains and objects, one slice a step.

/// Which objects are predicted how, slice by slice.
struct EvaluationPlan {
    /// What is judged.
    enum Domain: Int, CaseIterable {
        /// Test images of the data that the network was trained on.
        case inside
        /// Images of another kind.
        case outside
    }

    /// One step.
    struct Slice: Equatable {
        var method: Int
        var member: Int
        var domain: Domain
        var objects: Range<Int>
        /// Draws of the method, all of them but for real batches.
        var draws: Range<Int>
        /// Whether these are the last draws of the objects.
        var endsObjects: Bool
        /// Whether the member has then predicted all objects of both domains by this method.
        var endsMember: Bool
    }

    let methods: [PredictionMethod]
    let members: Int
    /// Draws of random methods.
    let draws: Int
    /// Objects by domain.
    private let counts: [Int]
    /// Most objects per domain with real batches.
    private let directObjects: Int
    /// Objects of a real batch.
    private let batch: Int
    /// Step at which each method begins, then the end.
    private let starts: [Int]

    init(
        methods: [PredictionMethod], members: Int, draws: Int, inside: Int, outside: Int, directObjects: Int, batch: Int
    ) {
        self.methods = methods
        self.members = members
        self.draws = draws
        counts = [inside, outside]
        self.directObjects = directObjects
        self.batch = batch
        var starts = [0]
        for method in methods {
            let size = method.objectsPerStep(draws: draws)
            let perMember = [inside, outside].reduce(0) {
                $0 + Self.slices(Self.objects(method, $1, directObjects), size)
            }
            let parts = Self.slices(draws, method.drawsPerStep(draws: draws, batch: batch))
            starts.append(starts[starts.count - 1] + members * perMember * parts)
        }
        self.starts = starts
    }

    /// Steps of the whole evaluation.
    var steps: Int { starts[starts.count - 1] }

    /// Objects that a method predicts in a domain.
    func objects(_ method: PredictionMethod, _ domain: Domain) -> Int {
        Self.objects(method, counts[domain.rawValue], directObjects)
    }

    /// Draws that a method averages per member.
    func draws(_ method: PredictionMethod) -> Int { method.isRandom ? draws : 1 }

    /// What step `number` does, from 0.
    func slice(_ number: Int) -> Slice {
        guard let method = methods.indices.first(where: { number < starts[$0 + 1] }), number >= 0 else {
            fatalError("an evaluation of \(steps) steps has no step \(number)")
        }
        let size = methods[method].objectsPerStep(draws: draws)
        let drawsPerStep = methods[method].drawsPerStep(draws: draws, batch: batch)
        let parts = Self.slices(draws, drawsPerStep)
        let perMember = (starts[method + 1] - starts[method]) / members
        let (member, step) = (number - starts[method]).quotientAndRemainder(dividingBy: perMember)
        let (place, part) = step.quotientAndRemainder(dividingBy: parts)
        let inside = Self.slices(objects(methods[method], .inside), size)
        let domain: Domain = place < inside ? .inside : .outside
        let first = (place < inside ? place : place - inside) * size
        let end = min(first + size, objects(methods[method], domain))
        let all = self.draws(methods[method])
        return Slice(
            method: method, member: member, domain: domain, objects: first..<end,
            draws: part * drawsPerStep..<min((part + 1) * drawsPerStep, all), endsObjects: part + 1 == parts,
            endsMember: step + 1 == perMember)
    }

    private static func objects(_ method: PredictionMethod, _ count: Int, _ directObjects: Int) -> Int {
        method.statistics == .companions ? min(count, directObjects) : count
    }

    private static func slices(_ objects: Int, _ size: Int) -> Int { (objects + size - 1) / size }
}
