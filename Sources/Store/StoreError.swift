// SPDX-License-Identifier: Apache-2.0
// The one error of the store: a full sentence for a user, with a code for callers that handle some cases themselves.
import EngineKit
import GRDB
import Glibc

/// Why a run could not be created, opened, read or written.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases a caller may want to tell apart.
    public enum Code: String, Sendable, Equatable, CaseIterable {
        /// The name cannot be the name of a run.
        case invalidName
        /// There is already something of that name.
        case exists
        /// There is no run of that name.
        case notFound
        /// A living process works on the run.
        case inUse
        /// No process works on the run, so nobody would obey.
        case notRunning
        /// No space, quota or file size is left.
        case diskFull
        /// The files may not be read or written.
        case noPermission
        /// The database or a checkpoint holds something else than what was written.
        case damaged
        /// The database is none of elbo's.
        case foreign
        /// The database was written by a newer elbo.
        case newerVersion
        /// Another failure of the operating system or of SQLite.
        case system
    }

    /// Which case it is.
    public var code: Code
    /// What failed, on what, and what to do.
    public var description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// An error of the operating system.
    ///
    /// - Parameters:
    ///   - number: the value of `errno`, read right after the failing call.
    ///   - action: what was tried, as in "Cannot create the folder".
    ///   - path: on what.
    init(errno number: Int32, _ action: String, _ path: String) {
        let code: Code
        let advice: String
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            (code, advice) = (.diskFull, " Free some space and resume the run.")
        case EACCES, EPERM, EROFS:
            (code, advice) = (.noPermission, " Check the permissions, or choose another folder for runs.")
        case ENOENT: (code, advice) = (.notFound, "")
        case EEXIST, ENOTEMPTY: (code, advice) = (.exists, "")
        default: (code, advice) = (.system, "")
        }
        self.init(code, "\(action) '\(path.printable())': \(String(cString: strerror(number))).\(advice)")
    }

    /// Whatever a database operation threw.
    ///
    /// - Parameters:
    ///   - error: passed on as it is when it is a `StoreError` already.
    ///   - action: what was tried, as in "Cannot write to".
    ///   - path: the database file.
    init(_ error: any Error, _ action: String, _ path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        let place = "'\(path.printable())'"
        guard let error = error as? DatabaseError else {
            self.init(
                .damaged,
                "\(action) \(place): it holds what elbo did not write (\("\(error)".printable())). "
                    + "Restore the run from a copy, or delete it.")
            return
        }
        let message = (error.message ?? "").printable()
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.diskFull, "\(action) \(place): the disk is full. Free some space and resume the run.")
        case .SQLITE_IOERR:
            self.init(
                .system,
                "\(action) \(place): \(message) (code \(error.extendedResultCode.rawValue)). "
                    + "Check free space and health of the disk, then resume the run.")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(
                .noPermission, "\(action) \(place): \(message). Check that the file and its folder may be written.")
        case .SQLITE_NOTADB:
            self.init(.foreign, "\(action) \(place): the file is not a database. Delete the folder if it is no run.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.inUse, "\(action) \(place): another program keeps it locked. Close that program and try again.")
        default:
            self.init(
                .damaged,
                "\(action) \(place): \(message) (code \(error.extendedResultCode.rawValue)). "
                    + "The database is damaged; restore the run from a copy, or delete it.")
        }
    }
}

/// A row that elbo cannot have written; becomes a `StoreError` that names the database.
struct DamagedRow: Error, CustomStringConvertible {
    /// What is wrong, without a full stop.
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Runs database code and turns whatever it throws into a `StoreError`.
func explained<Result>(
    _ action: String, _ path: String, _ body: () throws -> Result
) throws(StoreError) -> Result {
    do {
        return try body()
    } catch {
        throw StoreError(error, action, path)
    }
}
