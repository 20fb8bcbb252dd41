namespace Mediation.Content;

/// <summary>Why content could not be taken or given. The code is stable and has a text in every language
/// (<c>Texts.resx</c>); the arguments fill that text and never hold a file name or anything else a person typed.</summary>
public sealed class ContentException(string code, params IReadOnlyList<object> arguments)
    : Exception($"{code} [{string.Join(", ", arguments)}]")
{
    public string Code { get; } = code;

    public IReadOnlyList<object> Arguments { get; } = arguments;
}

/// <summary>Codes of <see cref="ContentException"/>. The HTTP status that fits stands with each.</summary>
public static class ContentErrors
{
    /// <summary>413; argument: the limit in bytes.</summary>
    public const string TooLarge = "content_too_large";

    /// <summary>400: nothing was sent.</summary>
    public const string Empty = "content_empty";

    /// <summary>415; argument: the media type found in the bytes, or <c>application/octet-stream</c>.</summary>
    public const string TypeNotAllowed = "content_type_not_allowed";

    /// <summary>415: the file's name says another type than its bytes; argument: the type found in the bytes.</summary>
    public const string TypeDisguised = "content_type_disguised";

    /// <summary>415: an office file that carries macros.</summary>
    public const string MacrosRefused = "content_macros_refused";

    /// <summary>415: an office file that would unpack to more than the limit; argument: the limit in bytes.</summary>
    public const string ArchiveRefused = "content_archive_refused";

    /// <summary>409: another content already has this id.</summary>
    public const string IdTaken = "content_id_taken";

    /// <summary>404: no such content of this owner.</summary>
    public const string NotFound = "content_not_found";

    /// <summary>410: the owner's key was destroyed; argument: when (UTC).</summary>
    public const string Erased = "content_erased";

    /// <summary>500 and an alert: what stands in the database is not what was written there, or the master key is
    /// another one.</summary>
    public const string Tampered = "content_tampered";

    /// <summary>422: a list is longer than a sheet can be; argument: the number of rows that fit.</summary>
    public const string SheetTooLong = "content_sheet_too_long";
}
