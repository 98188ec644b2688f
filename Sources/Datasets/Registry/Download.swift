// SPDX-License-Identifier: Apache-2.0
// Where the files of a data set can be had; loading never looks here, `elbo data fetch` does.

/// A file on the network and what becomes of it.
public struct Download: Sendable, Hashable {
    /// Address without the file name, ending in a slash; another place with the same files may take its part.
    public var place: String
    /// Name of the file there.
    public var name: String
    /// MD5 of the file as its publisher states it, in hexadecimal digits: against a broken transfer, not an attack.
    public var md5: String
    /// What to keep: the file itself, or members of an archive.
    public var content: Content

    /// What to keep of a download.
    public enum Content: Sendable, Hashable {
        /// The file as it is, under this path below a data folder.
        case file(path: String)
        /// Members of a compressed tar archive, each under a path below a data folder.
        case archive([Member])
    }

    /// A file inside an archive.
    public struct Member: Sendable, Hashable {
        /// Name in the archive.
        public var name: String
        /// Path below a data folder.
        public var path: String
    }

    /// The paths below a data folder that the download fills.
    public var paths: [String] {
        switch content {
        case .file(let path): [path]
        case .archive(let members): members.map(\.path)
        }
    }
}

extension Download {
    /// The four files that the relatives of MNIST consist of, in the order training images and labels, test images and
    /// labels.
    static func idxFamily(_ folder: String, from place: String, md5: [String]) -> [Download] {
        let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
        return zip(names, md5).map { name, sum in
            let file = "\(name)-ubyte.gz"
            return Download(place: place, name: file, md5: sum, content: .file(path: "\(folder)/\(file)"))
        }
    }

    /// The binary version of one of the CIFAR sets.
    static func cifar(_ folder: String, archive: String, inside: String, md5: String, files: [String]) -> Download {
        Download(
            place: "https://www.cs.toronto.edu/~kriz/", name: archive, md5: md5,
            content: .archive(files.map { Member(name: "\(inside)/\($0)", path: "\(folder)/\($0)") }))
    }
}
