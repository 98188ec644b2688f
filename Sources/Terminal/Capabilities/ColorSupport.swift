// SPDX-License-Identifier: Apache-2.0
// How many colours to use: what the terminal has, what its environment says, what the user asks for.

public import Screen

/// What the user asks for with `--color`.
public enum ColorChoice: String, CaseIterable, Sendable {
    /// Whatever the terminal has.
    case automatic = "auto"
    /// None.
    case never
    /// The sixteen ANSI colours at most.
    case sixteen = "16"
    /// The 256 colours of xterm, even if terminfo knows of fewer.
    case indexed = "256"
    /// 24-bit colours, even if nothing says that the terminal has them.
    case direct

    /// The tier to draw in.
    ///
    /// - Parameters:
    ///   - colors: number of colours in terminfo, 0 for none.
    ///   - hasDirectColors: whether terminfo has the `RGB` flag.
    ///   - environment: `NO_COLOR` (any non-empty value) switches colours off unless the user chose some;
    ///     `COLORTERM=truecolor` or `24bit` says that the terminal has 24-bit colours whatever terminfo says.
    public func tier(colors: Int, hasDirectColors: Bool, environment: [String: String]) -> ColorTier {
        switch self {
        case .never: return .mono
        case .sixteen: return .sixteen
        case .indexed: return .indexed
        case .direct: return .direct
        case .automatic: break
        }
        if !(environment["NO_COLOR"] ?? "").isEmpty || colors < 8 { return .mono }
        if hasDirectColors { return .direct }
        // GNU screen passes COLORTERM on from the terminal around it and does not understand 24-bit colours.
        let isScreen = (environment["TERM"] ?? "").hasPrefix("screen") && environment["TMUX"] == nil
        if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? ""), !isScreen { return .direct }
        return colors >= 256 ? .indexed : .sixteen
    }
}
