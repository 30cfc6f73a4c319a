<#
.SYNOPSIS
Writes the permissions of a Windows share into one file that need-to-know reads.

.DESCRIPTION
Runs on the server that has the share. For every folder and file below the root it writes one JSON line with the
relative path and the security descriptor (owner, group, access list) in SDDL, entries in stored order, and in the
first line the list of the share itself. What cannot be read is written with the reason instead of a list, and
nobody will read it through need-to-know. The file gets its name only when it is whole.

It changes nothing on the share. Run it as often as changes of permissions are to count (Task Scheduler), with an
account that may read the permissions of everything, usually an administrator. An export that becomes older than
the age allowed in need-to-know's configuration opens nothing any more.

Keep the file where only administrators may write, never in the share: whoever can edit it sets permissions.

Links and mount points that are folders are not followed.

NOT TESTED: this script was written without a Windows machine at hand and has not been run yet, neither on
Windows PowerShell 5.1 nor on PowerShell 7. Before relying on it, compare some lines with
(Get-Acl -LiteralPath PATH).Sddl; an entry may differ in that DA, LA and the like are written out as SIDs.
In particular not tested: paths over 260 characters and names that end in a dot or a space (both are asked for
with the \\?\ prefix, which needs .NET Framework 4.6.2 or newer), shares of a failover cluster, a server that is
a domain controller, and ReFS. Not exported at all: central access policies (Dynamic Access Control). Where they
are in use, this export would show more than the server does: do not use it there.

.PARAMETER ShareName
Name of the SMB share on this server.

.PARAMETER Root
Folder to export; the share's own folder when left out. It must be that folder or lie below it, and need-to-know
must have the same folder mounted, since paths are relative to it.

.PARAMETER Out
File to write. It is replaced when it is there.

.EXAMPLE
.\Export-NeedToKnowAcl.ps1 -ShareName Docs -Out C:\NeedToKnow\docs.acl.jsonl

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File C:\NeedToKnow\Export-NeedToKnowAcl.ps1 -ShareName Docs -Root D:\Shares\Docs\HR -Out C:\NeedToKnow\hr.acl.jsonl

As a scheduled task. The exit code is 0 when the file was written and 1 when it was not.
#>
#Requires -Version 5.1
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $ShareName,
    [Parameter(Mandatory = $false)] [string] $Root = '',
    [Parameter(Mandatory = $true)] [string] $Out
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# Asked for directly: FileSecurity and Get-Acl may sort a list and leave entries out, and stored order decides.
# 7 is owner, group and access list; 122 is ERROR_INSUFFICIENT_BUFFER.
if (-not ('NeedToKnowAcl' -as [type])) {
    Add-Type -TypeDefinition @'
using System.ComponentModel;
using System.Runtime.InteropServices;

public static class NeedToKnowAcl
{
    [DllImport("advapi32.dll", EntryPoint = "GetFileSecurityW", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileSecurity(string name, uint parts, [Out] byte[] descriptor, uint length, out uint needed);

    public static byte[] Read(string path)
    {
        byte[] bytes = new byte[1024];
        for (int attempt = 0; attempt < 4; attempt++)
        {
            uint needed;
            if (GetFileSecurity(path, 7, bytes, (uint)bytes.Length, out needed)) return bytes;
            int error = Marshal.GetLastWin32Error();
            if (error != 122) throw new Win32Exception(error);
            bytes = new byte[needed];
        }
        throw new Win32Exception(122);
    }
}
'@
}

# SDDL names whose SID depends on the machine or the domain are written out here, where it is known.
$relativeNames = '(?<=^O:|^(?:O:[^:(]*)?G:|\([^;()]*;[^;()]*;[^;()]*;[^;()]*;[^;()]*;)' +
    '(?:AP|CA|CN|DA|DC|DD|DG|DU|EA|EK|KA|LA|LG|PA|RO|RS|SA)(?=[GDS]:|[;)]|$)'

function Resolve-SidName([string] $Name) {
    try { return ([System.Security.Principal.SecurityIdentifier]::new($Name)).Value }
    catch { return $Name }
}

function Resolve-Sddl([string] $Sddl) {
    return [regex]::Replace($Sddl, $relativeNames, { param($found) Resolve-SidName $found.Value })
}

function ConvertTo-JsonText([string] $Text) {
    $escaped = $Text.Replace('\', '\\').Replace('"', '\"')
    $escaped = [regex]::Replace($escaped, '[\x00-\x1f]', { param($found) '\u{0:x4}' -f [int][char]$found.Value })
    return '"' + $escaped + '"'
}

function Get-LongPath([string] $Path) {
    if ($Path.StartsWith('\\?\')) { return $Path }
    if ($Path.StartsWith('\\')) { return '\\?\UNC\' + $Path.Substring(2) }
    return '\\?\' + $Path
}

function Test-Below([string] $Path, [string] $Folder) {
    return ($Path.TrimEnd('\') + '\').StartsWith($Folder.TrimEnd('\') + '\', [StringComparison]::OrdinalIgnoreCase)
}

$sections = [System.Security.AccessControl.AccessControlSections] 'Owner, Group, Access'
$known = New-Object 'System.Collections.Generic.Dictionary[string,string]' ([StringComparer]::Ordinal)

# The end of an entry's line: its list, or why it has none.
function Get-ListText([string] $LongPath) {
    try {
        $bytes = [NeedToKnowAcl]::Read($LongPath)
        $raw = [System.Security.AccessControl.RawSecurityDescriptor]::new($bytes, 0)
        $sddl = $raw.GetSddlForm($sections)
        if (-not $known.ContainsKey($sddl)) {
            $known[$sddl] = '"sddl":' + (ConvertTo-JsonText (Resolve-Sddl $sddl))
        }
        return $known[$sddl]
    }
    catch {
        return '"error":' + (ConvertTo-JsonText $_.Exception.GetBaseException().Message)
    }
}

$shares = @(Get-SmbShare -Name $ShareName)
if ($shares.Count -ne 1) { throw "There are $($shares.Count) shares called $ShareName." }
$share = $shares[0]
if ([string]::IsNullOrEmpty($share.SecurityDescriptor)) { throw "The list of the share $ShareName cannot be read." }

if ($Root -eq '') { $Root = $share.Path }
$Root = [System.IO.Path]::GetFullPath($Root).TrimEnd('\')
if (-not (Test-Below $Root $share.Path)) { throw "$Root is not in the share $ShareName, which is $($share.Path)." }
$Out = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
if (Test-Below $Out $share.Path) { throw "$Out lies in the share: keep the export where only administrators write." }

$domainSid = 'null'
try {
    $domain = [System.Security.Principal.SecurityIdentifier]::new('DA').AccountDomainSid
    if ($null -ne $domain) { $domainSid = ConvertTo-JsonText $domain.Value }
}
catch { Write-Verbose 'This server is in no domain, or the domain cannot be asked.' }

# The age of an export counts from its beginning.
$exported = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [System.Globalization.CultureInfo]::InvariantCulture)
$longRoot = Get-LongPath $Root
$part = $Out + '.part'
$entries = 0
$errors = 0
$done = $false
$writer = New-Object System.IO.StreamWriter($part, $false, (New-Object System.Text.UTF8Encoding($false)))
try {
    $writer.NewLine = "`n"
    $writer.WriteLine('{"needToKnowAcl":1,"exported":"' + $exported + '","root":' + (ConvertTo-JsonText $Root) +
        ',"computer":' + (ConvertTo-JsonText $env:COMPUTERNAME) + ',"domainSid":' + $domainSid +
        ',"shareSddl":' + (ConvertTo-JsonText (Resolve-Sddl $share.SecurityDescriptor)) + '}')

    # Relative paths of folders that are still to be listed; the root is the empty one.
    $folders = New-Object 'System.Collections.Generic.Stack[string]'
    $folders.Push('')
    while ($folders.Count -gt 0) {
        $folder = $folders.Pop()
        $items = @()
        $trouble = $null
        try { $items = [System.IO.DirectoryInfo]::new($longRoot + '\' + $folder).GetFileSystemInfos() }
        catch {
            if ($folder -eq '') { throw }
            $trouble = '"error":' + (ConvertTo-JsonText ('cannot be listed: ' + $_.Exception.GetBaseException().Message))
        }
        if ($folder -ne '') {
            $list = $trouble
            if ($null -eq $list) { $list = Get-ListText ($longRoot + '\' + $folder) }
            if ($list.StartsWith('"error"')) { $errors++ }
            $writer.WriteLine('{"path":' + (ConvertTo-JsonText $folder) + ',' + $list + '}')
            $entries++
        }
        foreach ($item in $items) {
            $path = $item.Name
            if ($folder -ne '') { $path = $folder + '\' + $item.Name }
            if (($item.Attributes -band [System.IO.FileAttributes]::Directory) -ne 0) {
                if (($item.Attributes -band [System.IO.FileAttributes]::ReparsePoint) -eq 0) {
                    $folders.Push($path)
                    continue
                }
                $list = '"error":"a link or mount point, which is not followed"'
            }
            else { $list = Get-ListText ($longRoot + '\' + $path) }
            if ($list.StartsWith('"error"')) { $errors++ }
            $writer.WriteLine('{"path":' + (ConvertTo-JsonText $path) + ',' + $list + '}')
            $entries++
            if ($entries % 1000 -eq 0) {
                Write-Progress -Activity "Permissions of $ShareName" -Status "$entries files and folders" -CurrentOperation $path
            }
        }
    }
    $writer.WriteLine('{"end":' + $entries + '}')
    $writer.Dispose()
    if ([System.IO.File]::Exists($Out)) { [System.IO.File]::Replace($part, $Out, [NullString]::Value) }
    else { [System.IO.File]::Move($part, $Out) }
    $done = $true
}
finally {
    $writer.Dispose()
    if (-not $done -and [System.IO.File]::Exists($part)) { [System.IO.File]::Delete($part) }
    Write-Progress -Activity "Permissions of $ShareName" -Completed
}
Write-Output "$entries files and folders, $($known.Count) different lists, $errors that cannot be read: $Out"
