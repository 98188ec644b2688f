// SPDX-License-Identifier: Apache-2.0
// What a screen gets of an evaluation: the averaged predictions of every object, and pictures of the extreme ones.

import Datasets
import EngineKit
import RealModule

extension UncertaintyEvaluation {
    /// Pictures at either end of the certainty.
    private static let picturesPerEnd = 12

    /// The averaged predictions of the objects that the slice has just completed, by the first member alone or by all of
    /// them; `nil` in between.
    ///
    /// - Parameter step: steps of the run that are done.
    func block(_ slice: EvaluationPlan.Slice, step: Int) -> PredictionBlock? {
        guard slice.endsObjects, slice.member == 0 || slice.member == plan.members - 1 else { return nil }
        let method = plan.methods[slice.method]
        let sums = sums(slice.domain)
        return PredictionBlock(
            step: step, method: method.name, members: slice.member + 1,
            domain: slice.domain == .inside ? .inside : .outside, first: slice.objects.lowerBound,
            total: plan.objects(method, slice.domain), classes: sums.classes, drawCounts: sums.drawCounts,
            labels: slice.domain == .inside ? Array(labels[slice.objects]) : [],
            logProbabilities: sums.drawCounts.indices.flatMap { place in
                sums.logMeans(place, members: slice.member + 1, objects: slice.objects).map { Float($0) }
            })
    }

    /// The most and least certain objects of the other domain, when the slice has completed it with all members.
    ///
    /// - Parameter images: the objects of the other domain.
    func pictures(_ slice: EvaluationPlan.Slice, of images: ImageDataset, step: Int) -> PictureSet? {
        guard slice.endsMember, slice.member == plan.members - 1, slice.domain == .outside else { return nil }
        let sums = sums(.outside)
        let logs = sums.logMeans(
            sums.drawCounts.count - 1, members: plan.members, objects: 0..<sums.objects)
        func row(_ object: Int) -> ArraySlice<Double> { logs[object * sums.classes..<(object + 1) * sums.classes] }
        let entropies = (0..<sums.objects).map { object in
            row(object).reduce(0) { $1 == -.infinity ? $0 : $0 - $1 * .exp($1) }
        }
        // Equal entropies keep the order of the objects, so the same run has the same pictures.
        let order = entropies.indices.sorted { (entropies[$0], $0) < (entropies[$1], $1) }
        let certain = Array(order.prefix(Self.picturesPerEnd))
        let uncertain = Array(order.dropFirst(certain.count).suffix(Self.picturesPerEnd).reversed())
        func entries(_ objects: [Int]) -> [PictureSet.Entry] {
            objects.map { PictureSet.Entry(object: $0, entropy: entropies[$0]) }
        }
        let shown = certain + uncertain
        return PictureSet(
            step: step, method: plan.methods[slice.method].name, members: plan.members, domain: .outside,
            height: images.shape.height, width: images.shape.width, channels: images.shape.channels,
            classes: sums.classes, certain: entries(certain), uncertain: entries(uncertain),
            pixels: shown.flatMap { images.image($0) }, probabilities: shown.flatMap { row($0).map { Float(.exp($0)) } }
        )
    }
}
