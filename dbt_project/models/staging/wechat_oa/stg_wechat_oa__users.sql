with

source as (

    select * from {{ source('landing', 'wechat_oa_user') }}

),

newest as (

    {{ dedupe('source', key=['oa_openid']) }}

),

final as (

    select
        ---------- ids
        cast(oa_openid as string) as oa_openid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(source_scene as string) as source_scene,
        cast(source_code as string) as source_code,
        cast(source_code_num as string) as source_code_num,
        cast(remark as string) as remark,
        cast(tag_ids as string) as tag_ids,
        cast(language as string) as language_code,
        cast(nickname as string) as nickname,
        cast(city as string) as city,
        cast(province as string) as province,

        ---------- numbers
        cast(gender_code as bigint) as gender_code,

        ---------- booleans
        cast(is_following = 1 as boolean) as is_following,

        ---------- timestamps
        cast(followed_at as timestamp) as followed_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
